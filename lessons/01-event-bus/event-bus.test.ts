import "./checks/1-subscribe-and-emit.ts";
import "./checks/2-unsubscribe.ts";
import "./checks/3-remember.ts";
import "./checks/4-one-star-one-word.ts";
import "./checks/5-a-hash.ts";
import "./checks/6-one-fails.ts";
import "./checks/7-refuse-bad-input.ts";
