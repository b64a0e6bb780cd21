"""What did the API answer, is that whole, and what is expected of its program?"""
