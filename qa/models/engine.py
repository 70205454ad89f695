"""The embedded language model in a process of its own: JSON lines in on stdin, JSON lines out on stdout.

Own process, because each step of openvino_genai holds the interpreter, for seconds while a prompt is read (a web
page in the same process would freeze), and because what kills it, lack of memory, should not take the page along.
It imports nothing from this project, so that it can run from any folder, and ends when its parent does.

    in    {"id": 1, "messages": [{"role", "content"}…], "max_tokens": 120, "stop": [], "alternatives": 0}
          {"id": 1, "count": "…"}    {"cancel": 1}         {"ping": true}
    out   {"ready": true}       {"id": 1, "text": "…"}       {"id": 1, "error": "…"}       {"fatal": "…"}
          {"id": 1, "done": {"finish_reason", "prompt_tokens", "tokens", "alternatives"}}
          {"pong": true}

All running requests share each step, so several users are served at once; what prompts begin with alike is read once.
A step reads at most 128 tokens of prompts, and after each one every request is told something, if only "": so whoever
asked can leave while the prompt is being read, and an engine from which nothing is heard for long hangs.
"""

import json
import math
import os
import re
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TextIO

CACHED_TOKENS = 16_384  # whose keys and values are kept, two whole contexts; in 16 bits 28 kB each, half that in 8
BLOCK = 32  # tokens that are kept or dropped together, on a CPU
STEP = 128  # tokens of prompts read at once; some 2 MB stay for each number that was met, 256 are hardly faster
CONTEXT = 8_192  # where the tokenizer cuts; the model itself reads 32,768, but a CPU would need minutes for them

Message = dict[str, Any]


def convert(gguf: Path, folder: Path) -> None:
    """Saves the model as OpenVINO reads it, which loads several times faster than the GGUF file."""
    link = folder / gguf.name
    link.symlink_to(gguf.resolve())  # what is saved goes beside the file that was loaded
    _openvino_genai().LLMPipeline(str(link), "CPU", enable_save_ov_model=True)
    link.unlink()


@dataclass
class Running:
    """A request being answered."""

    handle: Any
    stop: list[str]
    prompt_tokens: int
    tokens: list[int] = field(default_factory=list)
    alternatives: list[tuple[int, float]] = field(default_factory=list)
    sent: int = 0

    def read(self) -> bool:
        """Takes in what the last step generated; true where the model itself ended its answer."""
        ended = False
        while self.handle.can_read():
            outputs = list(self.handle.read().values())
            if len(outputs) > 1:
                self.alternatives = [(output.generated_ids[0], output.generated_log_probs[0]) for output in outputs]
            else:
                ended = outputs[0].finish_reason.name == "STOP"
                self.tokens += outputs[0].generated_ids
        return ended

    def unsent(self, text: str, ended: bool) -> tuple[str, bool]:
        """Text to send now, and whether a stop string was met; what may begin one and half characters are held back."""
        marks = [at for mark in self.stop if (at := text.find(mark)) >= 0]
        if marks:
            end = min(marks)
        elif ended:
            end = len(text)
        else:
            end = len(text.rstrip("\ufffd")) - max((len(mark) - 1 for mark in self.stop), default=0)
        new, self.sent = text[self.sent : end], max(self.sent, end)
        return new, bool(marks)


class Engine:
    """Steps the pipeline over all running requests."""

    def __init__(self, folder: Path, out: TextIO) -> None:
        self._genai = _openvino_genai()
        scheduler = self._genai.SchedulerConfig()
        scheduler.enable_prefix_caching = True
        scheduler.max_num_batched_tokens = STEP
        scheduler.num_kv_blocks = CACHED_TOKENS // BLOCK
        self._pipeline = self._genai.ContinuousBatchingPipeline(str(folder), scheduler, "CPU", _properties())
        self._tokenizer = self._pipeline.get_tokenizer()
        self._running: dict[int, Running] = {}
        self._out = out

    def warm_up(self) -> None:
        """The first generation takes seconds more than later ones: have it over before anybody waits."""
        self._pipeline.generate(["Hello"], [self._genai.GenerationConfig(max_new_tokens=1)])

    def serve(self, requests: "SimpleQueue[Message]") -> None:
        while True:
            while self._running and requests.empty():
                self._step()
            request = requests.get()
            if "ping" in request:
                self.say({"pong": True})
            elif "cancel" in request:
                self._drop(request["cancel"])
            elif "count" in request:
                self.say({"id": request["id"], "done": {"tokens": self._count(request["count"])}})
            else:
                self._begin(request)

    def say(self, message: Message) -> None:
        self._out.write(json.dumps(message) + "\n")
        self._out.flush()

    def _count(self, text: str) -> int:
        ids = self._tokenizer.encode(untokened(text), add_special_tokens=False).input_ids
        return int(ids.shape[1])

    def _begin(self, request: Message) -> None:
        messages = [{**message, "content": untokened(message["content"])} for message in request["messages"]]
        prompt = self._tokenizer.apply_chat_template(messages, add_generation_prompt=True)
        ids = self._tokenizer.encode(prompt, add_special_tokens=False).input_ids
        length, room = ids.shape[1], CONTEXT - request["max_tokens"]
        if length > room:
            self.say(
                {"id": request["id"], "error": f"the prompt is longer than the {room} tokens that the model reads"}
            )
            return
        config = self._genai.GenerationConfig(max_new_tokens=request["max_tokens"], do_sample=False, logprobs=1)
        config.set_eos_token_id(self._tokenizer.get_eos_token_id())
        if request["alternatives"]:
            config.num_beams = config.num_return_sequences = request["alternatives"]
        handle = self._pipeline.add_request(request["id"], ids, config)
        self._running[request["id"]] = Running(handle, request["stop"], length)

    def _step(self) -> None:
        self._pipeline.step()
        for number, running in list(self._running.items()):
            status = running.handle.get_status().name
            ended = running.read()
            text, stopped = running.unsent(self._tokenizer.decode(running.tokens), status != "RUNNING")
            self.say({"id": number, "text": text})
            if status == "IGNORED":
                self.say({"id": number, "error": "the model's memory is full; ask again when fewer questions run"})
            elif stopped or status == "FINISHED":
                self.say({"id": number, "done": self._summary(running, "stop" if stopped or ended else "length")})
            if stopped or status != "RUNNING":
                self._drop(number)

    def _summary(self, running: Running, finish_reason: str) -> Message:
        return {
            "finish_reason": finish_reason,
            "prompt_tokens": running.prompt_tokens,
            "tokens": len(running.tokens),
            "alternatives": {self._tokenizer.decode([token]): math.exp(p) for token, p in running.alternatives},
        }

    def _drop(self, number: int) -> None:
        running = self._running.pop(number, None)
        if running:
            running.handle.cancel()


def untokened(text: str) -> str:
    """Text in which nothing is read as a mark of the chat template: it could end a message and begin another."""
    return re.sub(r"<(?=\|[^|<>]*\|>|/?tool_(?:call|response)>)", "< ", text)


def _openvino_genai() -> Any:
    """Without openvino_telemetry, by which merely importing openvino would report to its makers."""
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    import openvino_genai

    return openvino_genai


def _properties() -> dict[str, str]:
    """Keys and values in 16 bits where the processor computes in bfloat16: in 8, the default, the same question was
    answered in other words, and wrongly, once its prompt came from the cache; computing in 32 bits it was not.
    """
    import openvino

    computes_in = openvino.Core().get_property("CPU", "INFERENCE_PRECISION_HINT")
    return {"KV_CACHE_PRECISION": "f16"} if computes_in == openvino.Type.bf16 else {}


def _read(requests: "SimpleQueue[Message]") -> None:
    for line in sys.stdin:
        requests.put(json.loads(line))
    os._exit(0)


def main() -> None:
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print must not mix with the messages
    requests: SimpleQueue[Message] = SimpleQueue()
    threading.Thread(target=_read, args=(requests,), daemon=True).start()
    try:
        engine = Engine(Path(sys.argv[1]), out)
        engine.warm_up()
        engine.say({"ready": True})
        engine.serve(requests)
    except Exception as error:
        print(json.dumps({"fatal": " ".join(str(error).split())}), file=out, flush=True)
        sys.exit(1)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        convert(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        main()
