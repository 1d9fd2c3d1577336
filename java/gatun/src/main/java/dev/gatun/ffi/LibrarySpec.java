package dev.gatun.ffi;

import java.util.List;

/**
 * Where a library may be found, in this order: the path a user names, the resource on the class path, the system.
 *
 * @param name        for people
 * @param fileName    {@code libdnnl.so.3}
 * @param property    system property with an explicit path; the environment variable is the same in capitals
 * @param resource    folder on the class path that holds the library, or empty
 * @param companions  other files of that folder that the library needs beside it, to be loaded first
 * @param symbols     resource with one {@code --include-function NAME} line for each function that must be there
 * @param remedy      what a user can do when it is not found
 */
public record LibrarySpec(
        String name, String fileName, String property, String resource, List<String> companions, String symbols,
        String remedy) {

    /** The environment variable with an explicit path. */
    public String variable() {
        return property.toUpperCase(java.util.Locale.ROOT).replace('.', '_');
    }
}
