package dev.gatun.dist;

/** A provider whose transport needs a library that a machine may lack. */
public interface LibraryTransportProvider extends TransportProvider {
    /** Looks for the library, once in a process; a library that is missing is an answer like any other. */
    TransportLibrary library();
}
