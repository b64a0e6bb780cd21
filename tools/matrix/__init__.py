"""Which of this guide's programs run under which releases of LiteLLM?

`python -m tools.matrix` runs them all, each on its recording, and writes the
data of the page Compatibility. Each release gets an environment of its own,
made by uv, in which LiteLLM is imported once; two run at a time. What was run
is kept in .cache/matrix/, and run again only if something it depends on changed.
"""
