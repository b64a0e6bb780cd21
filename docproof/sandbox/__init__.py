"""What happens inside the program's own process?"""
