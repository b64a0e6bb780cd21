"""Do the code and the output on a MkDocs site still say what really runs?"""
