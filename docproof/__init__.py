"""Do the code and the output on a MkDocs site still say what really runs?"""

# What `python -m docproof` can do, each with what it is for.
VERBS = {
    "check": "every proof that runs no program; writes nothing",
    "fix": "let ranges follow their lines, renew outputs; shows a diff",
    "run": "run a program on its recording: no key, no network",
    "record": "record programs' answers, renew their outputs",
}
