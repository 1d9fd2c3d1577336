package dev.gatun.ffi;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/**
 * Folders in which nobody but this user (and root) can change or replace a file, so that what was checked there is what
 * is loaded a moment later. Owners are compared by number: a user may lack an entry in the system's list.
 */
final class PrivateFolder {
    private static final Set<PosixFilePermission> MINE = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<Set<PosixFilePermission>> CREATED = PosixFilePermissions.asFileAttribute(MINE);
    private static final int WRITABLE_BY_OTHERS = 0022;
    /** Of a folder in which only the owner of a file may rename or delete it, such as /tmp. */
    private static final int STICKY = 01000;
    private static final Integer ROOT = 0;

    private PrivateFolder() {}

    /**
     * Creates a folder with its parents, or takes one of the same user's, of which it takes the rights of others away.
     *
     * @return the folder's real path: neither it nor a folder above it is a link
     * @throws IOException when it is another user's or a link, or others may write in a folder above it
     */
    static Path make(Path folder) throws IOException {
        Path parent = folder.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException(folder + " is the root of the file system");
        }
        Files.createDirectories(parent, CREATED);
        Path realParent = parent.toRealPath();
        for (Path above = realParent; above != null; above = above.getParent()) {
            checkAbove(above);
        }
        Path real = realParent.resolve(folder.getFileName());
        try {
            Files.createDirectory(real, CREATED);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(real, LinkOption.NOFOLLOW_LINKS) || !isMine(real)) {
                throw new IOException(real + " exists and belongs to somebody else, or is no folder", e);
            }
            Files.setPosixFilePermissions(real, MINE);
        }
        return real;
    }

    private static void checkAbove(Path folder) throws IOException {
        Map<String, Object> found = Files.readAttributes(folder, "unix:uid,mode,isDirectory",
                LinkOption.NOFOLLOW_LINKS);
        if (!Boolean.TRUE.equals(found.get("isDirectory"))) {
            throw new IOException(folder + " changed while it was looked at");
        }
        if (!ROOT.equals(found.get("uid")) && !me().equals(found.get("uid"))) {
            throw new IOException(folder + " belongs to another user, who could exchange a library below it");
        }
        int mode = found.get("mode") instanceof Integer bits ? bits : WRITABLE_BY_OTHERS;
        if ((mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0) {
            throw new IOException(folder + " can be written by others, who could exchange a library below it");
        }
    }

    /** Whether a path is a file of this user's, no link, that others cannot write, not even through another name. */
    static boolean isPrivateFile(Path file) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && isMine(file)
                && Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) instanceof Integer mode
                && (mode & WRITABLE_BY_OTHERS) == 0;
    }

    private static boolean isMine(Path path) throws IOException {
        return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(me());
    }

    private static Object me() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }
}
