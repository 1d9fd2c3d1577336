package dev.gatun.mpi;

import dev.gatun.ffi.SharedObject;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The MPI of this machine: found and told apart, not yet begun. */
sealed interface MpiLibrary {
    /**
     * It was found.
     *
     * @param version what it says of itself, one line
     * @param file    where it was loaded from
     */
    record Found(SharedObject object, Family family, Handles handles, String version, String file)
            implements MpiLibrary {
        /** Returns it for people. */
        String describe() {
            return version + " (" + family.title() + "), " + file;
        }
    }

    /** It was not, for {@code reason}. */
    record Missing(String reason, String remedy) implements MpiLibrary {}

    /** Looks for it once: a library that was loaded stays in the process. */
    static MpiLibrary find() {
        return Once.LIBRARY;
    }

    /** Whose class is initialised when the library is first asked for. */
    final class Once {
        private static final MpiLibrary LIBRARY =
                find(Candidates.of(System.getProperty(Candidates.PROPERTY, ""), System.getenv()));

        private static final String REMEDY = "install one (Debian: apt install openmpi-bin libopenmpi3) or name its"
                + " library with -D" + Candidates.PROPERTY + "=/path/to/libmpi.so or " + Candidates.VARIABLE;

        /** {@code MPI_MAX_LIBRARY_VERSION_STRING} of the family where it is largest. */
        private static final int VERSION_BYTES = 8192;

        private Once() {}

        static MpiLibrary find(Candidates candidates) {
            List<String> refused = new ArrayList<>();
            for (String name : candidates.names()) {
                switch (SharedObject.open(name)) {
                    case SharedObject.Outcome.Opened(SharedObject object) -> {
                        return identify(object, name);
                    }
                    case SharedObject.Outcome.Refused(String words) -> {
                        // Where it is absent, the loader names the file itself; where a part of it is, that part.
                        if (candidates.isNamed() || !words.startsWith(name + ": cannot open shared object file: No")) {
                            refused.add(words);
                        }
                    }
                }
            }
            if (candidates.isNamed()) {
                return new Missing(candidates.origin() + " names no library that can be loaded: "
                        + String.join("; ", refused), REMEDY);
            }
            return new Missing(refused.isEmpty()
                    ? "no libmpi: the system's loader knows none, and MPI_HOME and the usual folders have none"
                    : "no MPI can be loaded: " + String.join("; ", refused), REMEDY);
        }

        private static MpiLibrary identify(SharedObject object, String name) {
            String file = object.find(MpiFunction.GET_LIBRARY_VERSION.symbol()).flatMap(SharedObject::fileOf)
                    .orElse(name);
            for (MpiFunction function : MpiFunction.values()) {
                if (object.find(function.symbol()).isEmpty()) {
                    return new Missing(file + " lacks " + function.symbol()
                            + ": it is no MPI, or older than version 3", REMEDY);
                }
            }
            String version = version(object);
            Optional<Family> family = family(object, file, version);
            if (family.isEmpty()) {
                return new Missing(file + " says that it is \"" + version
                        + "\", which is neither Open MPI, MPICH or a relative of it, nor has it MPI's standard ABI",
                        REMEDY);
            }
            Optional<Handles> handles = Handles.of(family.get(), object);
            if (handles.isEmpty()) {
                return new Missing(file + " says that it is \"" + version + "\", but lacks its variables", REMEDY);
            }
            return new Found(object, family.get(), handles.get(), version, file);
        }

        private static Optional<Family> family(SharedObject object, String file, String version) {
            boolean standard = standardVersion(object) >= 1;
            // A library may know of the standard's interface and still be built with its own.
            if (standard && file.substring(file.lastIndexOf('/') + 1).contains("mpi_abi")) {
                return Optional.of(Family.STANDARD_ABI);
            }
            if (version.contains("Open MPI")) {
                return Optional.of(Family.OPEN_MPI);
            }
            if (List.of("MPICH", "Intel(R) MPI", "MVAPICH", "CRAY").stream().anyMatch(version::contains)) {
                return Optional.of(Family.MPICH);
            }
            return standard ? Optional.of(Family.STANDARD_ABI) : Optional.empty();
        }

        /** The major version of the standard's interface that a library has; less than 1 where it has none. */
        private static int standardVersion(SharedObject object) {
            Optional<MemorySegment> function = object.find("MPI_Abi_get_version");
            if (function.isEmpty()) {
                return 0;
            }
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment numbers = arena.allocate(2 * Integer.BYTES, Integer.BYTES);
                int status = call(MpiFunction.link(function.get(), "pp", Long.BYTES), numbers.address(),
                        numbers.address() + Integer.BYTES);
                return status == 0 ? numbers.get(java.lang.foreign.ValueLayout.JAVA_INT, 0) : 0;
            }
        }

        /** The first line of what a library says of itself; legal before it is initialised. */
        private static String version(SharedObject object) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment text = arena.allocate(VERSION_BYTES + Long.BYTES, Long.BYTES);
                MethodHandle handle = MpiFunction.GET_LIBRARY_VERSION.link(object, Family.STANDARD_ABI).orElseThrow();
                int status = call(handle, text.address(), text.address() + VERSION_BYTES);
                return status == 0 ? text.getString(0).lines().map(String::strip).filter(line -> !line.isEmpty())
                        .findFirst().orElse("") : "";
            }
        }

        private static int call(MethodHandle handle, long first, long second) {
            try {
                return (int) handle.invokeExact(first, second);
            } catch (Throwable e) {
                throw new IllegalStateException("MPI cannot be called", e);
            }
        }
    }
}
