"""What does this page show, of which lines of which file?"""
