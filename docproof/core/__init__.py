"""What is a project, a program, a problem, a rule?"""
