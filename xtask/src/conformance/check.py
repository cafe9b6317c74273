"""Lets dify_plugin read declarations and a plugin's lines, given as JSON on stdin. Prints `kind<TAB>what` or fails."""

import json
import os
import sys
from binascii import unhexlify
from collections import Counter

given = json.load(sys.stdin)

from dify_plugin.core.entities.invocation import InvokeType
from dify_plugin.core.entities.message import SessionMessage
from dify_plugin.core.plugin_registration import PluginRegistration
from dify_plugin.core.runtime import BackwardsInvocation, Session
from dify_plugin.core.server.__base.writer_entities import Event, StreamOutputMessage
from dify_plugin.entities import ParameterOption
from dify_plugin.entities.model.llm import LLMModelConfig
from dify_plugin.entities.model.message import UserPromptMessage
from dify_plugin.entities.oauth import OAuthCredentials
from dify_plugin.entities.tool import ToolInvokeMessage, ToolParameter, ToolProviderType
from werkzeug import Response
from werkzeug.routing import Map, Rule

M = ToolInvokeMessage
CLASSES = {
    "text": M.TextMessage, "link": M.TextMessage, "image": M.TextMessage, "json": M.JsonMessage,
    "variable": M.VariableMessage, "log": M.LogMessage, "blob": M.BlobMessage, "blob_chunk": M.BlobChunkMessage,
    "retriever_resources": M.RetrieverResourceMessage,
}
CHUNK_BYTES = 8192


def declarations(folder):
    """As the SDK reads them when it starts a plugin, without the plugin's own Python."""
    os.chdir(folder)
    registration = object.__new__(PluginRegistration)
    for kind in ("tools", "models", "endpoints", "agent_strategies", "datasource", "triggers"):
        setattr(registration, f"{kind}_configuration", [])
    registration.files = []
    registration._load_plugin_configuration()
    registration._load_plugin_assets()
    tools = sum(len(provider.tools) for provider in registration.tools_configuration)
    endpoints = [endpoint for group in registration.endpoints_configuration for endpoint in group.endpoints]
    Map([Rule(endpoint.path, methods=[endpoint.method]) for endpoint in endpoints])
    assert tools + len(endpoints) > 0, "nothing is declared"
    return f"{registration.configuration.name}: {tools} tools, {len(endpoints)} endpoints, {len(registration.files)} assets"


def calls_of_the_sdk():
    """What the SDK asks Dify for, with what the speaker asks, in its order."""
    calls = []

    def note(self, type, data_type, data):
        calls.append((type.value, data))
        return iter(())

    BackwardsInvocation._backwards_invoke = note
    session = Session.empty_session()
    model = LLMModelConfig(provider="openai", model="gpt", mode="chat", completion_params={"top_p": 0.5})
    message = [UserPromptMessage(content="why?")]
    for call in (
        lambda: session.storage.set("notes/n", b"\0text"),
        lambda: session.storage.get("notes/n"),
        lambda: session.storage.exist("notes/n"),
        lambda: session.storage.delete("notes/n"),
        lambda: session.file.upload("a.png", b"", "image/png"),
        lambda: session.app.fetch_app("app"),
        lambda: session.app.workflow.invoke("app", {"city": "Oslo"}, "blocking"),
        lambda: session.app.chat.invoke("app", "weather?", {"city": "Oslo"}, "streaming", "c"),
        lambda: session.tool.invoke(ToolProviderType.BUILT_IN, "time", "current_time", {"zone": "UTC"}, "id"),
        lambda: session.model.llm.invoke(model, message, stop=["end"], stream=False),
        lambda: session.model.llm_structured_output.invoke(model, message, {"type": "object"}, stream=False),
        lambda: session.model.summary.invoke("long " * 300, "short"),
    ):
        before = len(calls)
        try:
            call()
        except Exception:  # Nobody answers.
            pass
        assert len(calls) == before + 1, f"the SDK made no call {before}"
    return calls


def plain(value):
    """Without what is null, which is as good as absent, and with enums as their values."""
    value = json.loads(json.dumps(value, default=lambda other: other.value))
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if inner is not None}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


class Listener:
    def __init__(self, actions, expected):
        self.actions, self.expected = actions, expected
        self.events, self.messages, self.answers, self.calls, self.blobs = Counter(), Counter(), Counter(), Counter(), 0
        self.open_blobs, self.ended = {}, set()

    def line(self, text):
        raw = json.loads(text)
        # The SDK writes these two always; Dify's daemon needs neither in a heartbeat.
        line = StreamOutputMessage(**{"session_id": None, "data": None, **raw})
        self.events[line.event.value] += 1
        if line.event == Event.HEARTBEAT:
            return
        assert line.event == Event.SESSION, "an event that we do not send"
        assert line.session_id not in self.ended, "a line after the end"
        message = SessionMessage(**line.data)
        kind, data = message.type.value, message.data
        if kind == "stream":
            self.stream(self.actions[line.session_id], data)
        elif kind == "invoke":
            self.invoke(data)
        elif kind == "error":
            # As in the daemon, which ignores others.
            assert isinstance(data["error_type"], str) and isinstance(data["message"], str), "an error without a text"
            assert isinstance(data["args"], dict) and len(data["args"]) <= 10, "an error with other arguments"
        else:
            self.ended.add(line.session_id)
        if kind != "stream":
            self.events[kind] += 1

    def stream(self, action, data):
        if action == "invoke_tool":
            return self.message(json.loads(json.dumps(data)))
        self.answers[action] += 1
        if action == "invoke_endpoint":
            Response(unhexlify(data["result"]), data["status"], data["headers"])
        elif action == "fetch_parameter_options":
            assert [ParameterOption(**option).value for option in data["options"]] == ["1", "2"]
        elif action == "get_tool_runtime_parameters":
            assert [ToolParameter(**parameter).name for parameter in data["parameters"]] == ["word"]
        elif action in ("get_credentials", "refresh_credentials"):
            assert OAuthCredentials(**data).credentials["access_token"]
        elif action == "get_authorization_url":
            assert data["authorization_url"].startswith("https://")
        else:
            assert action == "validate_tool_credentials" and data == {"result": True}, f"{action}: {data}"

    def message(self, data):
        message = ToolInvokeMessage(**data)
        kind = message.type.value
        assert type(message.message) is CLASSES[kind], f"{kind} is read as {type(message.message).__name__}"
        self.messages[kind] += 1
        if kind == "blob_chunk":
            self.chunk(message)

    def chunk(self, message):
        chunk = message.message
        parts = self.open_blobs.setdefault(chunk.id, [])
        assert chunk.sequence == len(parts), "chunks are out of order"
        assert len(chunk.blob) <= CHUNK_BYTES, "a chunk is too large"
        parts.append(chunk.blob)
        if not chunk.end:
            return
        whole = b"".join(self.open_blobs.pop(chunk.id))
        assert chunk.blob == b"" and len(whole) == chunk.total_length, "a blob has another length"
        assert whole == bytes(position % 251 for position in range(len(whole))), "a blob has other bytes"
        blob = ToolInvokeMessage(type=M.MessageType.BLOB, message=M.BlobMessage(blob=whole), meta=message.meta)
        assert blob.meta["mime_type"] and blob.meta["filename"]
        self.blobs += 1

    def invoke(self, data):
        kind = InvokeType.value_of(data["type"]).value
        assert data["backwards_request_id"] and isinstance(data["request"], dict)
        if self.expected:
            of_sdk = self.expected.pop(0)
            assert plain((kind, data["request"])) == plain(of_sdk), f"{(kind, data['request'])} is {of_sdk} in the SDK"
        self.calls[kind] += 1

    def done(self):
        assert self.ended == set(self.actions), "not every session is ended"
        assert not self.open_blobs, "a blob is not ended"
        assert not self.expected, f"calls that were not made: {self.expected}"


def run():
    for folder in given["declarations"]:
        print("declares", declarations(folder), sep="\t")
    messages, calls = given["conversations"]
    total = Listener({}, [])
    for conversation, expected in ((messages, []), (calls, calls_of_the_sdk())):
        listener = Listener(conversation["actions"], expected)
        for number, line in enumerate(conversation["lines"]):
            try:
                listener.line(line)
            except Exception as error:
                raise Exception(f"line {number}: {line[:400]}\n{type(error).__name__}: {error}") from None
        listener.done()
        for count in ("events", "messages", "answers", "calls"):
            getattr(total, count).update(getattr(listener, count))
        total.blobs += listener.blobs
    assert set(total.messages) == set(CLASSES), f"no message of the kind {set(CLASSES) - set(total.messages)}"
    assert set(total.calls) == {kind.value for kind in InvokeType}, "not every kind of call was made"
    for label in ("events", "messages", "answers", "calls"):
        counts = getattr(total, label)
        print(label, ", ".join(f"{count} {kind}" for kind, count in counts.items()), sep="\t")
    print("blobs", f"{total.blobs} put together from chunks", sep="\t")


try:
    run()
    status = 0
except Exception as error:
    print(str(error) or repr(error), file=sys.stderr)
    status = 1
sys.stdout.flush()
sys.stderr.flush()
# The SDK's gevent complains about an ordinary end.
os._exit(status)
