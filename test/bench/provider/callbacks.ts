// The provider's word on each text: that it was sent, and a little later that it arrived.
import { connect, type Socket } from "node:net";
import { signedCallback } from "../callback.ts";

const CONNECTIONS = 16;
const SENT_AFTER_MS = 200;
const DELIVERED_AFTER_MS = 1_000;

export type Callbacks = {
  /** @param form what Headgate has posted for this text */
  follow(sid: string, form: string): void;
  /** How many were answered with 204, how many otherwise, and how many still wait for an answer. */
  counts(): { taken: number; refused: number; open: number };
};

/** @param port where Headgate listens */
export function createCallbacks(port: number): Callbacks {
  const queue: Buffer[] = [];
  const idle: Socket[] = [];
  const counts = { taken: 0, refused: 0, open: 0 };
  let connections = 0;

  function pump(): void {
    while (queue.length > 0) {
      const socket = idle.pop();
      if (!socket) {
        if (connections < CONNECTIONS) open();
        return;
      }
      socket.write(queue.shift() ?? "");
    }
  }

  function open(): void {
    connections++;
    const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => {
      idle.push(socket);
      pump();
    });
    socket.on("close", () => {
      connections--;
      const at = idle.indexOf(socket);
      if (at >= 0) idle.splice(at, 1);
    });
    socket.on("error", () => {});
    let head = "";
    socket.on("data", (chunk) => {
      head += chunk.toString("latin1");
      if (!head.endsWith("\r\n\r\n")) return;
      counts[head.startsWith("HTTP/1.1 204") ? "taken" : "refused"]++;
      counts.open--;
      head = "";
      idle.push(socket);
      pump();
    });
  }

  return {
    follow: (sid, form) => {
      const fields = new URLSearchParams(form);
      const { pathname, search } = new URL(fields.get("StatusCallback") ?? "");
      const tell = (status: string, afterMs: number) =>
        setTimeout(() => {
          counts.open++;
          queue.push(signedCallback(pathname + search, { sid, status, to: fields.get("To") ?? "" }));
          pump();
        }, afterMs);
      tell("sent", SENT_AFTER_MS);
      tell("delivered", DELIVERED_AFTER_MS);
    },
    counts: () => ({ ...counts }),
  };
}
