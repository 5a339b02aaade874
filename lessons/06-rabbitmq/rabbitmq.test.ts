// First, since an answer may keep the timers that it finds.
import "#any-day/time-limits";
import "./checks/1-the-smallest-thing.ts";
import "./checks/2-a-connection.ts";
import "./checks/3-publish.ts";
import "./checks/4-mandatory.ts";
import "./checks/5-a-window.ts";
import "./checks/6-acknowledge.ts";
import "./checks/7-when-work-fails.ts";
import "./checks/8-go-home.ts";
