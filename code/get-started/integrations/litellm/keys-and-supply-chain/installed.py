from importlib.metadata import distribution

litellm = distribution("litellm")
print("LiteLLM", litellm.version)

left_behind = (
    "litellm_init.pth",  # 1.82.8
    "cook.pth",  # 1.107.0
    "cook.py",  # 1.107.0
    "sitecustomize.py",  # 1.107.0
)
for name in left_behind:
    there = litellm.locate_file(name).exists()
    print(f"{name} is there: {there}")
