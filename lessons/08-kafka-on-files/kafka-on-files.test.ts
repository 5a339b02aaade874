import "./checks/1-send.ts";
import "./checks/2-poll.ts";
import "./checks/3-start-again.ts";
import "./checks/4-commit.ts";
import "./checks/5-seek.ts";
import "./checks/6-partitions.ts";
import "./checks/7-share.ts";
import "./checks/8-trust-nothing.ts";
