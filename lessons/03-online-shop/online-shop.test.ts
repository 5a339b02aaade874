// First, before an answer is loaded.
import "#any-day/time-limits";
import "./checks/1-take-an-order.ts";
import "./checks/2-confirm-by-email.ts";
import "./checks/3-take-the-payment.ts";
import "./checks/4-count.ts";
import "./checks/5-refuse.ts";
import "./checks/6-take-a-service-away.ts";
import "./checks/7-twice.ts";
import "./checks/8-start-again.ts";
