from importlib.metadata import distribution

litellm = distribution("litellm")
print("LiteLLM", litellm.version)

startup_file = litellm.locate_file("litellm_init.pth")
print("litellm_init.pth is there:", startup_file.exists())
