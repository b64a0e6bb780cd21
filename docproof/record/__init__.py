"""How does a recording come into being?"""
