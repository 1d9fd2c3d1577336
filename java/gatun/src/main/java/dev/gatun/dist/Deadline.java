package dev.gatun.dist;

import java.time.Duration;

/** Ends the waits of one collective operation at a time. */
final class Deadline implements Watch {
    private final Membership members;
    private final Duration timeout;
    private String what = "";
    private long bytes;
    private long number;
    private long end;

    Deadline(Membership members, Duration timeout) {
        this.members = members;
        this.timeout = timeout;
    }

    /** Another operation begins. */
    void start(String newWhat, long newBytes, long newNumber) {
        what = newWhat;
        bytes = newBytes;
        number = newNumber;
        end = System.nanoTime() + timeout.toNanos();
    }

    @Override
    public void check() {
        members.check();
        if (System.nanoTime() - end > 0) {
            String text = members.describe(members.rank()) + " waited " + timeout.toSeconds() + " s for the others in "
                    + what + " " + number + " of " + bytes + " bytes: a rank hangs, or has other work to do";
            members.abort("it " + text.substring(text.indexOf("waited")));
            throw new GroupException(text);
        }
    }
}
