import "./checks/1-is-it-github.ts";
import "./checks/2-signed-with-the-time.ts";
import "./checks/3-from-bytes-to-an-event.ts";
import "./checks/4-news-that-comes-late.ts";
import "./checks/5-stored-before-anybody-says-so.ts";
import "./checks/6-receive-store-answer.ts";
import "./checks/7-refuse-in-one-form.ts";
import "./checks/8-set-limits.ts";
