package dev.gatun.ffi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Unpacks libraries from jars into a folder of the user's, named by their content. The jar's directory knows size and
 * CRC-32 of every entry without inflating it, so a copy is found at once and checked whole each time before it is used.
 */
final class LibraryCache {
    private static final String PARTIAL = ".partial";
    private static final Duration LEFT_OVER = Duration.ofMinutes(10);

    private LibraryCache() {}

    /**
     * Files that lie beside each other on disk with the content they have on the class path.
     *
     * @return the folder that holds them
     */
    static Path unpack(String resourceFolder, List<String> fileNames) throws IOException {
        for (String fileName : fileNames) {
            find(resourceFolder, fileName);
        }
        try {
            return unpack(resourceFolder, fileNames, UserCache.folder());
        } catch (IOException e) {
            // A home that cannot be written (a read-only container, say) is no reason not to work.
            Path temporary = Path.of(System.getProperty("java.io.tmpdir"), "gatun-" + System.getProperty("user.name"));
            try {
                return unpack(resourceFolder, fileNames, privateFolder(temporary));
            } catch (IOException second) {
                second.addSuppressed(e);
                throw second;
            }
        }
    }

    /** The same in a given place. */
    static Path unpack(String resourceFolder, List<String> fileNames, Path place) throws IOException {
        StringBuilder key = new StringBuilder();
        for (String fileName : fileNames) {
            URL url = find(resourceFolder, fileName);
            if (url.getProtocol().equals("file")) {
                return exploded(url);
            }
            JarEntry entry = entry(url);
            key.append(HexFormat.of().toHexDigits((int) entry.getCrc())).append('-').append(entry.getSize())
                    .append('-');
        }
        String folderName = fileNames.getFirst() + "-" + key.substring(0, key.length() - 1);
        return unpackInto(privateFolder(place.resolve(folderName)), resourceFolder, fileNames);
    }

    private static Path unpackInto(Path folder, String resourceFolder, List<String> fileNames) throws IOException {
        removeLeftovers(folder);
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
     * Removes what an unpacking that was killed has left, where that can be deleted; one that still goes on changes its
     * file all the time.
     */
    private static void removeLeftovers(Path folder) throws IOException {
        Instant old = Instant.now().minus(LEFT_OVER);
        List<Path> partial;
        try (Stream<Path> files = Files.list(folder)) {
            partial = files.filter(file -> file.getFileName().toString().endsWith(PARTIAL)).toList();
        }
        for (Path file : partial) {
            try {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
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
        if (!Files.isRegularFile(file) || Files.size(file) != entry.getSize()) {
            return false;
        }
        CRC32 crc = new CRC32();
        byte[] buffer = new byte[1 << 20];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                crc.update(buffer, 0, read);
            }
        }
        return crc.getValue() == entry.getCrc();
    }

    /** Others must not be able to swap a library that this process is about to run. */
    private static Path privateFolder(Path folder) throws IOException {
        Set<PosixFilePermission> mine = PosixFilePermissions.fromString("rwx------");
        Files.createDirectories(folder.getParent());
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(mine));
        } catch (FileAlreadyExistsException e) {
            // By number: a user without an entry in the system's list has no name that could be compared.
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    || !Files.getAttribute(folder, "unix:uid")
                    .equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
                throw new IOException(folder + " exists and belongs to somebody else", e);
            }
            Files.setPosixFilePermissions(folder, mine);
        }
        return folder;
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
