"""What an editor sees while the site is served: what is wrong, where, until it is fixed.

MkDocs calls `hook.py`, which does nothing unless the command is `serve`. `watch.py` checks
and replays what was saved, `places.py` says at which block of which page a problem is to be
seen, and `browser.py` hands it to `overlay.js`. The built site has nothing of it.
"""
