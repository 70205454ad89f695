"""The models: `chat.load_chat_model`, `embeddings.load_embeddings`, and `pull.pull` to fetch them beforehand.

Nothing is imported here: torch, transformers and openvino take seconds, so each is imported where it is used.
"""
