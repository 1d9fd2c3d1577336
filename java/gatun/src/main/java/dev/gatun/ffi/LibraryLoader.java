package dev.gatun.ffi;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Loads a library from the first place in {@link LibrarySpec}'s order that has it, then looks up the address of every
 * function on its list. Addresses only: linking all handles would take about a second, so that stays lazy.
 */
public final class LibraryLoader {
    private static final String CLASS_PATH = "class path";
    private static final String FUNCTION_LINE = "--include-function ";
    private static final List<String> SYSTEM_FOLDERS =
            List.of("/usr/local/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64",
            "/usr/lib", "/lib");

    private LibraryLoader() {}

    /** Loads the library into this process. Never throws: a failure is a value with reason and remedy. */
    public static LibraryStatus load(LibrarySpec spec) {
        String named = System.getProperty(spec.property(), System.getenv().getOrDefault(spec.variable(), ""));
        if (!named.isEmpty()) {
            // A user who names a path wants that one or an error, never another.
            String origin = "-D" + spec.property() + " or " + spec.variable();
            try {
                return loadFile(spec, Path.of(named), origin);
            } catch (InvalidPathException e) {
                return new LibraryStatus.Missing(spec.name(), origin + " is not a path: " + e.getMessage(),
                        spec.remedy());
            }
        }
        List<String> tried = new ArrayList<>();
        if (!spec.resource().isEmpty()) {
            LibraryStatus found = fromClassPath(spec, List.of(LibraryCache.Place.values()), tried);
            if (found != null) {
                return found;
            }
        }
        for (Path folder : systemFolders()) {
            Path candidate = folder.resolve(spec.fileName());
            if (Files.isRegularFile(candidate)) {
                return loadFile(spec, candidate, "system");
            }
        }
        tried.add("system: no " + spec.fileName() + " in LD_LIBRARY_PATH or " + String.join(", ", SYSTEM_FOLDERS));
        return new LibraryStatus.Missing(spec.name(), String.join("; ", tried), spec.remedy());
    }

    /** Null where the class path does not have it, or it cannot be loaded from there, with the reasons. */
    static @Nullable LibraryStatus fromClassPath(
            LibrarySpec spec, List<LibraryCache.Place> places, List<String> tried) {
        List<String> files = new ArrayList<>(spec.companions());
        files.add(spec.fileName());
        try {
            LibraryCache.checkPresent(spec.resource(), files);
        } catch (IOException e) {
            tried.add(CLASS_PATH + ": " + e.getMessage());
            return null;
        }
        int loaded = 0;
        for (LibraryCache.Place place : places) {
            try {
                List<Path> copies = place.unpack(spec.resource(), files);
                for (Path copy : copies) {
                    loadNow(copy);
                    loaded++;
                }
                String refused = tried.isEmpty() ? ""
                        : " (not: " + String.join("; ", tried).replace(CLASS_PATH + ": ", "") + ")";
                return complete(spec, copies.getLast(), CLASS_PATH + refused);
            } catch (IOException | UnsatisfiedLinkError | IllegalCallerException e) {
                tried.add(CLASS_PATH + ": " + e.getMessage());
                if (loaded > 0) {
                    break; // one of them twice, from two places, would be two runtimes in one process
                }
            }
        }
        return null;
    }

    private static LibraryStatus loadFile(LibrarySpec spec, Path file, String origin) {
        Path absolute = file.toAbsolutePath().normalize();
        if (!Files.isRegularFile(absolute)) {
            return new LibraryStatus.Missing(spec.name(), absolute + " (" + origin + ") is not a file", spec.remedy());
        }
        try {
            loadNow(absolute);
        } catch (UnsatisfiedLinkError | IllegalCallerException e) {
            return new LibraryStatus.Missing(
                    spec.name(), absolute + " (" + origin + ") cannot be loaded: " + e.getMessage(), spec.remedy());
        }
        return complete(spec, absolute, origin);
    }

    /** Of a library that was loaded: whether it has all that is needed. */
    private static LibraryStatus complete(LibrarySpec spec, Path file, String origin) {
        List<String> missing;
        try {
            missing = missingSymbols(spec.symbols());
        } catch (IllegalStateException e) {
            return new LibraryStatus.Missing(spec.name(), String.valueOf(e.getMessage()), spec.remedy());
        }
        if (!missing.isEmpty()) {
            return new LibraryStatus.Missing(spec.name(), file + " (" + origin + ") lacks " + missing.size()
                    + " functions, " + missing.getFirst() + " first: it is another version", spec.remedy());
        }
        return new LibraryStatus.Loaded(spec.name(), file, origin);
    }

    @SuppressWarnings("restricted") // the one place that loads native code
    private static void loadNow(Path file) {
        ElfFile.fault(file).ifPresent(fault -> {
            throw new UnsatisfiedLinkError(file + " " + fault + ": replace it");
        });
        System.load(file.toString());
    }

    /** The listed functions that no loaded library has. */
    static List<String> missingSymbols(String resource) {
        SymbolLookup lookup = SymbolLookup.loaderLookup();
        return symbols(resource).stream().filter(symbol -> lookup.find(symbol).isEmpty()).toList();
    }

    /** The functions on a list. */
    static List<String> symbols(String resource) {
        try (InputStream in = LibraryLoader.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the class path has no " + resource + ": the bindings jar is missing");
            }
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines()
                    .filter(line -> line.startsWith(FUNCTION_LINE))
                    .map(line -> line.substring(FUNCTION_LINE.length()).trim())
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + resource, e);
        }
    }

    private static List<Path> systemFolders() {
        List<Path> folders = new ArrayList<>();
        for (String folder : System.getenv().getOrDefault("LD_LIBRARY_PATH", "").split(":", -1)) {
            if (!folder.isEmpty()) {
                folders.add(Path.of(folder));
            }
        }
        SYSTEM_FOLDERS.forEach(folder -> folders.add(Path.of(folder)));
        return folders;
    }
}
