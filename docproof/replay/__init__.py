"""What does this program print, and is that what was expected?"""
