package dev.gatun.mpi;

import dev.gatun.dist.GroupException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.stream.Collectors;

/**
 * Checked calls into MPI: a status other than success becomes a {@link GroupException} with the function, the symbol
 * and number of the status, and the library's words. Addresses are numbers: who passes one keeps its memory alive.
 */
final class MpiCalls {
    /** Bytes of {@code MPI_MAX_ERROR_STRING} where it is largest. */
    private static final int ERROR_BYTES = 1024;

    private final MpiLibrary.Found library;
    private final Handles handles;
    private final MethodHandle isend;
    private final MethodHandle irecv;
    private final MethodHandle iallreduce;
    private final MethodHandle testall;
    private final MethodHandle iprobe;
    private final MethodHandle cancel;
    private final MethodHandle requestFree;

    MpiCalls(MpiLibrary.Found library) {
        this.library = library;
        handles = library.handles();
        isend = link(MpiFunction.ISEND);
        irecv = link(MpiFunction.IRECV);
        iallreduce = link(MpiFunction.IALLREDUCE);
        testall = link(MpiFunction.TESTALL);
        iprobe = link(MpiFunction.IPROBE);
        cancel = link(MpiFunction.CANCEL);
        requestFree = link(MpiFunction.REQUEST_FREE);
    }

    private MethodHandle link(MpiFunction function) {
        return function.link(library.object(), library.family())
                .orElseThrow(() -> new IllegalStateException(library.file() + " lacks " + function.symbol()));
    }

    Family family() {
        return library.family();
    }

    MpiLibrary.Found library() {
        return library;
    }

    /**
     * Begins MPI with {@code MPI_THREAD_SERIALIZED}; errors are returned from then on.
     *
     * @return the level that there is
     */
    int begin() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
            check((int) link(MpiFunction.INITIALIZED).invokeExact(number.address()), MpiFunction.INITIALIZED, "");
            if (number.get(ValueLayout.JAVA_INT, 0) != 0) {
                throw new GroupException("MPI was begun by another library of this process: it can be begun once");
            }
            check((int) link(MpiFunction.INIT_THREAD).invokeExact(0L, 0L, family().serialized(), number.address()),
                    MpiFunction.INIT_THREAD, "");
            for (long communicator : new long[] {handles.world(), handles.self()}) {
                check((int) link(MpiFunction.COMM_SET_ERRHANDLER).invokeExact(communicator, handles.errorsReturn()),
                        MpiFunction.COMM_SET_ERRHANDLER, "");
            }
            return number.get(ValueLayout.JAVA_INT, 0);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw uncallable(e);
        }
    }

    /** Ends MPI: returns when all ranks have come here. */
    void end() {
        try {
            check((int) link(MpiFunction.FINALIZE).invokeExact(), MpiFunction.FINALIZE, "");
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw uncallable(e);
        }
    }

    /** Returns the number of this rank. */
    int rank() {
        return ofWorld(MpiFunction.COMM_RANK);
    }

    /** Returns the number of ranks. */
    int size() {
        return ofWorld(MpiFunction.COMM_SIZE);
    }

    private int ofWorld(MpiFunction function) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
            check((int) link(function).invokeExact(handles.world(), number.address()), function, "");
            return number.get(ValueLayout.JAVA_INT, 0);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw uncallable(e);
        }
    }

    /** Begins to send bytes; {@code request} is where the request is written. */
    void send(long address, int bytes, int peer, int tag, long request) {
        int status;
        try {
            status = (int) isend.invokeExact(address, bytes, handles.byteType(), peer, tag, handles.world(), request);
        } catch (Throwable e) {
            throw uncallable(e);
        }
        if (status != 0) {
            check(status, MpiFunction.ISEND, " to rank " + peer);
        }
    }

    /** Begins to receive bytes. */
    void receive(long address, int bytes, int peer, int tag, long request) {
        int status;
        try {
            status = (int) irecv.invokeExact(address, bytes, handles.byteType(), peer, tag, handles.world(), request);
        } catch (Throwable e) {
            throw uncallable(e);
        }
        if (status != 0) {
            check(status, MpiFunction.IRECV, " from rank " + peer);
        }
    }

    /** Begins to replace floats by their sums over the ranks. */
    void sum(long address, int floats, long request) {
        int status;
        try {
            status = (int) iallreduce.invokeExact(family().inPlace(), address, floats, handles.floatType(),
                    handles.sum(), handles.world(), request);
        } catch (Throwable e) {
            throw uncallable(e);
        }
        if (status != 0) {
            check(status, MpiFunction.IALLREDUCE, "");
        }
    }

    /**
     * Asks whether requests are done, which also moves their bytes.
     *
     * @param flag takes 1 when all are
     * @return the status, to be looked at by the caller, who knows whom a request was for
     */
    int testAll(int count, long requests, long flag, long statuses) {
        try {
            return (int) testall.invokeExact(count, requests, flag, statuses);
        } catch (Throwable e) {
            throw uncallable(e);
        }
    }

    /**
     * Asks whether a message has come that nobody has begun to receive.
     *
     * @param flag   takes 1 when there is one
     * @param status takes what is known of it
     */
    void probe(int peer, int tag, long flag, long status) {
        int failed;
        try {
            failed = (int) iprobe.invokeExact(peer, tag, handles.world(), flag, status);
        } catch (Throwable e) {
            throw uncallable(e);
        }
        if (failed != 0) {
            check(failed, MpiFunction.IPROBE, " of rank " + peer);
        }
    }

    /** Asks to give a request up; one that cannot be goes on. Says nothing of it: nobody could do anything. */
    void cancel(long request) {
        ask(cancel, request);
    }

    /** Forgets a request, which goes on by itself. */
    void free(long request) {
        ask(requestFree, request);
    }

    private static void ask(MethodHandle function, long request) {
        try {
            int ignored = (int) function.invokeExact(request);
        } catch (Throwable e) {
            throw uncallable(e);
        }
    }

    private void check(int status, MpiFunction function, String whom) {
        if (status != 0) {
            throw failure(status, function, whom);
        }
    }

    /** Returns what to throw for a status. */
    GroupException failure(int status, MpiFunction function, String whom) {
        return new GroupException(function.symbol() + whom + " failed with " + family().errorClass(errorClass(status))
                + " (" + status + "): " + words(status));
    }

    /** Returns the class of a status, which may say more than its class in bits of its own. */
    int errorClass(int status) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
            int failed = (int) link(MpiFunction.ERROR_CLASS).invokeExact(status, number.address());
            return failed == 0 ? number.get(ValueLayout.JAVA_INT, 0) : status;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw uncallable(e);
        }
    }

    private String words(int status) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(ERROR_BYTES + Long.BYTES, Long.BYTES);
            int failed = (int) link(MpiFunction.ERROR_STRING).invokeExact(
                    status, text.address(), text.address() + ERROR_BYTES);
            return failed != 0 ? "the library has no words for it" : text.getString(0).lines()
                    .map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining("; "));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw uncallable(e);
        }
    }

    private static IllegalStateException uncallable(Throwable e) {
        return new IllegalStateException("MPI cannot be called", e);
    }
}
