import "./checks/1-first-in-first-out.ts";
import "./checks/2-a-take-that-waits.ts";
import "./checks/3-full-and-closed.ts";
import "./checks/4-a-worker.ts";
import "./checks/5-a-time-limit.ts";
import "./checks/6-try-again.ts";
import "./checks/7-stop.ts";
import "./checks/8-a-bus-that-does-not-wait.ts";
