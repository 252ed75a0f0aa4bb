"""Answers "world" to every web request, and 203.0.113.10 to every question for a name: [resolver] [address] [port]."""
import http.server
import socket
import sys
import threading

resolver, address, port = (sys.argv[1:] + ["", "0.0.0.0", "80"][len(sys.argv) - 1:])[:3]


def answer_names():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((resolver, 53))
    while True:
        question, client = server.recvfrom(512)
        end = 12
        while question[end]:
            end += question[end] + 1
        asked, kind = question[12 : end + 5], question[end + 1 : end + 3]
        found = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + bytes([203, 0, 113, 10]) if kind == b"\0\1" else b""
        counts = b"\0\1\0\1\0\0\0\0" if found else b"\0\1\0\0\0\0\0\0"
        server.sendto(question[:2] + b"\x81\x80" + counts + asked + found, client)


class World(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"world")

    def log_message(self, *_):
        pass


web = http.server.ThreadingHTTPServer((address, int(port)), World)
if resolver:
    threading.Thread(target=answer_names, daemon=True).start()
print("ready", flush=True)
web.serve_forever()
