// First, before an answer is loaded.
import "#any-day/time-limits";
import "./checks/1-three-emails.ts";
import "./checks/2-one-line.ts";
import "./checks/3-count.ts";
import "./checks/4-connect.ts";
import "./checks/5-disconnect.ts";
import "./checks/6-once-per-event.ts";
