"""What stands beside the pages on the built site, and how is the site made fit to serve?"""
