package dev.gatun.cli.launch;

import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.Launched;
import dev.gatun.cli.terminal.Output;
import dev.gatun.dist.launch.LaunchEnvironment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** All ranks of one start: they begin together, and when one fails, the others end too. */
final class Gang {
    private static final String ADDRESS = "127.0.0.1";

    private final List<RankProcess> ranks = new ArrayList<>();
    private final LinkedBlockingQueue<RankProcess> ended = new LinkedBlockingQueue<>();
    private final List<RankProcess> failed = new ArrayList<>();
    private final Duration grace;
    private boolean stopping;

    private Gang(Duration grace) {
        this.grace = grace;
    }

    /**
     * Starts processes.
     *
     * @param command   that of each rank
     * @param variables of all, beside those of the rank
     * @param grace     how long the others may take to end when one has failed
     */
    static Gang start(int size, IntFunction<List<String>> command, Map<String, String> variables, Duration grace,
            Output output) {
        Gang gang = new Gang(grace);
        int port = freePort();
        boolean complete = false;
        try {
            for (int rank = 0; rank < size; rank++) {
                Map<String, String> all = new HashMap<>(variables);
                all.putAll(new LaunchEnvironment(rank, size, rank, size, ADDRESS, port, "gatun launch").variables());
                all.put(Launched.MARK, String.valueOf(ProcessHandle.current().pid()));
                gang.add(RankProcess.start(rank, command.apply(rank), all, output));
            }
            complete = true;
            return gang;
        } catch (IOException e) {
            throw new CliException(ExitCode.RANK_LOST, "cannot start rank " + gang.ranks.size() + " of " + size + ": "
                    + e.getMessage(), e);
        } finally {
            if (!complete) {
                gang.kill();
            }
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(ADDRESS))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new CliException(ExitCode.RANK_LOST, "no port is free for the ranks to meet: " + e.getMessage(), e);
        }
    }

    private synchronized void add(RankProcess rank) {
        ranks.add(rank);
        rank.whenEnded(() -> ended.add(rank));
        if (stopping) {
            rank.stop();
        }
    }

    /** Asks all to stop after the current step; any thread may. */
    synchronized void stop() {
        stopping = true;
        ranks.forEach(RankProcess::stop);
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    /** Ends all at once. */
    synchronized void kill() {
        ranks.forEach(RankProcess::kill);
    }

    /** Waits until all have ended; those that do not when they should are killed. */
    GangEnd await() throws InterruptedException {
        long deadline = Long.MAX_VALUE;
        int running = ranks.size();
        while (running > 0) {
            long left = deadline == Long.MAX_VALUE ? Long.MAX_VALUE : deadline - System.nanoTime();
            RankProcess one = left > 0 ? ended.poll(left, TimeUnit.NANOSECONDS) : null;
            if (one == null) {
                kill();
                deadline = Long.MAX_VALUE;
                continue;
            }
            running--;
            if (one.code() != 0) {
                failed.add(one);
                if (failed.size() == 1) {
                    deadline = System.nanoTime() + grace.toNanos();
                }
            }
        }
        for (RankProcess rank : ranks) {
            rank.drain();
        }
        return new GangEnd(List.copyOf(failed), isStopping());
    }
}
