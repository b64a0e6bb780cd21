import contextlib
import io

said = io.StringIO()
with contextlib.redirect_stderr(said):
    import litellm

for line in said.getvalue().splitlines():
    if "Falling back" in line:
        print(line.partition(" - ")[2])  # without the time of day
print(f"LiteLLM knows {len(litellm.model_cost)} models all the same.")
