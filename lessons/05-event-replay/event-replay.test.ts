// First, before an answer is loaded.
import "#any-day/time-limits";
import "./checks/1-one-line.ts";
import "./checks/2-write-it-down.ts";
import "./checks/3-a-write-fails.ts";
import "./checks/4-read-it-again.ts";
import "./checks/5-torn-and-broken.ts";
import "./checks/6-record.ts";
import "./checks/7-replay.ts";
import "./checks/8-a-part.ts";
