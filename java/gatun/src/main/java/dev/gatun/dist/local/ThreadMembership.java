package dev.gatun.dist.local;

import dev.gatun.dist.GroupException;
import dev.gatun.dist.Membership;
import dev.gatun.dist.RankLostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The membership of threads of one process. */
final class ThreadMembership implements Membership {
    private final int rank;
    private final Meeting meeting;

    /** Where all of them meet. */
    static final class Meeting {
        private final byte[][] given;
        private int came;
        private String topic = "";
        private long round;
        private List<byte[]> collected = List.of();
        private volatile @Nullable RankLostException lost;

        Meeting(int ranks) {
            given = new byte[ranks][0];
        }

        synchronized List<byte[]> gather(int rank, String newTopic, byte[] mine) {
            if (came > 0 && !topic.equals(newTopic)) {
                throw new GroupException("rank " + rank + " collects \"" + newTopic + "\", another \"" + topic + "\"");
            }
            topic = newTopic;
            given[rank] = mine.clone();
            long myRound = round;
            if (++came == given.length) {
                collected = List.of(given);
                came = 0;
                round++;
                notifyAll();
            }
            while (round == myRound) {
                check();
                try {
                    wait(20);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new GroupException("rank " + rank + " was interrupted while it waited for the others", e);
                }
            }
            return collected;
        }

        void check() {
            RankLostException e = lost;
            if (e != null) {
                throw new RankLostException(e.rank(), String.valueOf(e.getMessage())); // with the stack of whoever asks
            }
        }
    }

    ThreadMembership(int rank, Meeting meeting) {
        this.rank = rank;
        this.meeting = meeting;
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return meeting.given.length;
    }

    @Override
    public List<byte[]> gather(String topic, byte[] mine) {
        return meeting.gather(rank, topic, mine);
    }

    @Override
    public void check() {
        meeting.check();
    }

    @Override
    public void abort(String reason) {
        synchronized (meeting) {
            if (meeting.lost == null) {
                meeting.lost = new RankLostException(rank, describe(rank) + " gave up: " + reason);
            }
        }
    }

    @Override
    public String describe(int other) {
        return "rank " + other;
    }

    @Override
    public void close() {}
}
