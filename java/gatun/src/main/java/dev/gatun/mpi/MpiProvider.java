package dev.gatun.mpi;

import dev.gatun.dist.LibraryTransportProvider;
import dev.gatun.dist.Membership;
import dev.gatun.dist.Transport;
import dev.gatun.dist.TransportLibrary;
import dev.gatun.memory.MemoryBudget;

/** The transport {@code mpi}. */
public final class MpiProvider implements LibraryTransportProvider {
    static final String NAME = "mpi";

    /** Creates the provider; nothing is loaded. */
    public MpiProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public TransportLibrary library() {
        return switch (MpiLibrary.find()) {
            case MpiLibrary.Found found -> new TransportLibrary.Found(found.describe());
            case MpiLibrary.Missing(String reason, String remedy) -> new TransportLibrary.Missing(reason, remedy);
        };
    }

    @Override
    public Transport open(Membership members, MemoryBudget budget) {
        MpiOptions options = MpiOptions.of(System.getProperty(MpiOptions.ORDER_PROPERTY, ""), System.getenv());
        return new MpiTransport(MpiRuntime.begin(options.begin()), members, options, budget);
    }
}
