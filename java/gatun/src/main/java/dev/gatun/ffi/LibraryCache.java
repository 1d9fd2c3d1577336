package dev.gatun.ffi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Unpacks libraries from jars into a folder of the user's, named by their content. The jar's directory knows size and
 * CRC-32 of every entry without inflating it, so a copy is found at once and checked whole each time before it is used;
 * it lies where nobody else can change it between that and its use (see {@link PrivateFolder}).
 */
final class LibraryCache {
    private static final String PARTIAL = ".partial";
    private static final Duration LEFT_OVER = Duration.ofMinutes(10);

    private LibraryCache() {}

    /** Where the copies may lie, the best first. */
    enum Place {
        /** The user's cache, as it stays. */
        CACHE {
            @Override
            List<Path> unpack(String resourceFolder, List<String> fileNames) throws IOException {
                return LibraryCache.unpack(resourceFolder, fileNames, UserCache.folder());
            }
        },
        /** For a home that cannot be written (a read-only container, say), or that others may write in. */
        TEMPORARY {
            @Override
            List<Path> unpack(String resourceFolder, List<String> fileNames) throws IOException {
                return LibraryCache.unpack(resourceFolder, fileNames, Path.of(System.getProperty("java.io.tmpdir"),
                        "gatun-" + System.getProperty("user.name")));
            }
        },
        /** Where neither will do: full, read-only, or mounted without the right to run what lies there. */
        MEMORY {
            @Override
            List<Path> unpack(String resourceFolder, List<String> fileNames) throws IOException {
                return sealed(resourceFolder, fileNames);
            }
        };

        /**
         * The files with the content they have on the class path, where nobody can change them any more.
         *
         * @return a path for each, in their order
         */
        abstract List<Path> unpack(String resourceFolder, List<String> fileNames) throws IOException;
    }

    /** Throws, with the reason, when the class path lacks one of the files. */
    static void checkPresent(String resourceFolder, List<String> fileNames) throws IOException {
        for (String fileName : fileNames) {
            find(resourceFolder, fileName);
        }
    }

    /** The same in a given place on the disk. */
    static List<Path> unpack(String resourceFolder, List<String> fileNames, Path place) throws IOException {
        StringBuilder key = new StringBuilder();
        for (String fileName : fileNames) {
            URL url = find(resourceFolder, fileName);
            if (url.getProtocol().equals("file")) {
                return in(exploded(url), fileNames);
            }
            JarEntry entry = entry(url);
            key.append(HexFormat.of().toHexDigits((int) entry.getCrc())).append('-').append(entry.getSize())
                    .append('-');
        }
        String folderName = fileNames.getFirst() + "-" + key.substring(0, key.length() - 1);
        Path folder = PrivateFolder.make(place.resolve(folderName));
        removeLeftovers(Objects.requireNonNull(folder.getParent()));
        return in(unpackInto(folder, resourceFolder, fileNames), fileNames);
    }

    private static List<Path> in(Path folder, List<String> fileNames) {
        return fileNames.stream().map(folder::resolve).toList();
    }

    private static Path unpackInto(Path folder, String resourceFolder, List<String> fileNames) throws IOException {
        for (String fileName : fileNames) {
            JarEntry entry = entry(find(resourceFolder, fileName));
            Path file = folder.resolve(fileName);
            if (!isIntact(file, entry)) {
                copy(find(resourceFolder, fileName), file);
                if (!isIntact(file, entry)) {
                    throw new IOException(file + " differs from the class path's copy right after it was written");
                }
            }
        }
        return folder;
    }

    /**
     * Removes what an unpacking that was killed has left, of this version or another, where that can be deleted; one
     * that still goes on changes its file all the time.
     */
    private static void removeLeftovers(Path place) throws IOException {
        Instant old = Instant.now().minus(LEFT_OVER);
        List<Path> partial;
        try (Stream<Path> files = Files.walk(place, 2)) {
            partial = files.filter(file -> file.getFileName().toString().endsWith(PARTIAL)).toList();
        } catch (UncheckedIOException _) {
            return; // another process removes folders at the same time
        }
        for (Path file : partial) {
            try {
                if (Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant().isBefore(old)) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException _) {
                // another process was done with it, or it stays: it takes room and harms nothing
            }
        }
    }

    private static void copy(URL url, Path file) throws IOException {
        Path partial = Files.createTempFile(file.getParent(), file.getFileName().toString(), PARTIAL);
        try {
            try (InputStream in = url.openStream();
                    OutputStream out = Files.newOutputStream(partial)) {
                in.transferTo(out);
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private static boolean isIntact(Path file, JarEntry entry) throws IOException {
        return PrivateFolder.isPrivateFile(file) && Files.size(file) == entry.getSize()
                && crc(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) == entry.getCrc();
    }

    private static List<Path> sealed(String resourceFolder, List<String> fileNames) throws IOException {
        List<Path> copies = new ArrayList<>();
        for (String fileName : fileNames) {
            URL url = find(resourceFolder, fileName);
            Path copy;
            try (InputStream in = url.openStream()) {
                copy = SealedCopy.of(fileName, in);
            }
            if (!url.getProtocol().equals("file") && crc(Files.newInputStream(copy)) != entry(url).getCrc()) {
                throw new IOException(fileName + " is damaged in its jar");
            }
            copies.add(copy);
        }
        return copies;
    }

    private static long crc(InputStream content) throws IOException {
        CRC32 crc = new CRC32();
        byte[] buffer = new byte[1 << 20];
        try (content) {
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                crc.update(buffer, 0, read);
            }
        }
        return crc.getValue();
    }

    private static URL find(String resourceFolder, String fileName) throws IOException {
        URL url = LibraryCache.class.getClassLoader().getResource(resourceFolder + "/" + fileName);
        if (url == null) {
            throw new IOException("the class path has no " + resourceFolder + "/" + fileName);
        }
        return url;
    }

    private static Path exploded(URL url) {
        try {
            return Path.of(url.toURI()).resolve("..").normalize();
        } catch (URISyntaxException e) {
            throw new UncheckedIOException(new IOException("odd resource address " + url, e));
        }
    }

    private static JarEntry entry(URL url) throws IOException {
        if (!(url.openConnection() instanceof JarURLConnection connection)) {
            throw new IOException("the class path gives " + url + ", which is neither a file nor in a jar");
        }
        JarEntry entry = connection.getJarEntry();
        if (entry == null) {
            throw new IOException("the class path gives " + url + ", which is a jar and not a file in one");
        }
        return entry;
    }
}
