"""The models: `chat.load_chat_model`, `embeddings.load_embeddings`, and `pull.pull` to fetch them beforehand.

Nothing is imported here: onnxruntime, openvino and torch take seconds, so each is imported where it is used.
"""
