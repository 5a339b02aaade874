import "./checks/1-one-after-the-other.ts";
import "./checks/2-a-refusal.ts";
import "./checks/3-no-answer.ts";
import "./checks/4-write-ask-write.ts";
import "./checks/5-time-limits.ts";
import "./checks/6-late-answers.ts";
import "./checks/7-crash-anywhere.ts";
import "./checks/8-the-timeline.ts";
