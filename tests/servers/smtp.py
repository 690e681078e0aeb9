"""A mail server on 127.0.0.1: takes mails as RFC 5321 has it, keeps them, and refuses what it is told to."""

import base64
import socketserver
import ssl
import threading
from contextlib import closing, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

Answers = dict[str, list[str]]


@dataclass
class MailServer:
    """`refusals` holds by verb (`RCPT`, `DATA` …) what to answer in turn instead; "" breaks the connection off.

    With a `login` it asks for that name and password; with a `context` it offers STARTTLS, or speaks TLS at once.
    """

    refusals: Answers = field(default_factory=dict)
    login: tuple[str, str] | None = None
    context: ssl.SSLContext | None = None
    at_once: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        owner = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                conversation = _Conversation(owner, self)
                with suppress(ConnectionError, ssl.SSLError), closing(conversation):  # The client has gone.
                    conversation.run()

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        scheme = "smtps" if self.at_once else "smtp"
        who = f"{self.login[0]}:{self.login[1]}@" if self.login else ""
        self.url = f"{scheme}://{who}127.0.0.1:{self._server.server_address[1]}"

    def text(self, place: int = -1) -> str:
        """Return what a mail says."""
        return self.mails[place].get_content()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Conversation:
    def __init__(self, owner: MailServer, handler: socketserver.StreamRequestHandler) -> None:
        self.owner, self.socket = owner, handler.request
        self.read, self.write = handler.rfile, handler.wfile
        self.safe = False

    def close(self) -> None:
        for one in (self.write, self.read, self.socket):
            one.close()

    def run(self) -> None:
        if self.owner.at_once:
            self._encrypt()
        self.say("220 mail.test")
        while line := self.read.readline():
            words = line.decode().rstrip("\r\n")
            self.owner.said.append(words)
            verb = words.split(" ")[0].upper()
            planned = self.owner.refusals.get(verb)
            if planned:
                told = planned.pop(0)
                if not told:
                    return
                if told != "-":
                    self.say(told)
                    continue
            if verb == "QUIT":
                self.say("221 Bye")
                return
            getattr(self, f"do_{verb.lower()}", self.unknown)(words)

    def say(self, text: str) -> None:
        self.write.write(text.encode() + b"\r\n")
        self.write.flush()

    def unknown(self, words: str) -> None:
        self.say("502 Unknown")

    def do_ehlo(self, words: str) -> None:
        offered = ["mail.test", "8BITMIME", "SMTPUTF8"]
        if self.owner.context and not self.safe:
            offered.append("STARTTLS")
        if self.owner.login:
            offered.append("AUTH PLAIN")
        for one in offered[:-1]:
            self.say(f"250-{one}")
        self.say(f"250 {offered[-1]}")

    def do_starttls(self, words: str) -> None:
        self.say("220 Go ahead")
        self._encrypt()

    def do_auth(self, words: str) -> None:
        name, password = base64.b64decode(words.split(" ")[2]).decode().split("\0")[1:]
        self.say("235 Welcome" if (name, password) == self.owner.login else "535 Wrong name or password")

    def do_mail(self, words: str) -> None:
        self.say("250 OK")

    def do_rcpt(self, words: str) -> None:
        self.owner.recipients.append(words.partition("<")[2].partition(">")[0])
        self.say("250 OK")

    def do_rset(self, words: str) -> None:
        self.say("250 OK")

    def do_data(self, words: str) -> None:
        self.say("354 Go on")
        lines = []
        while (line := self.read.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        self.owner.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.say("250 Taken")

    def _encrypt(self) -> None:
        assert self.owner.context
        self.socket = self.owner.context.wrap_socket(self.socket, server_side=True)
        self.read, self.write, self.safe = self.socket.makefile("rb"), self.socket.makefile("wb"), True
