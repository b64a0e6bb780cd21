"""What exists here that a page could name?"""
