"""What was accepted, and where did it move?"""
