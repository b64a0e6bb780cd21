"""What proves the guide; docproof/ has what proves the tool, helpers/ what tests share."""
