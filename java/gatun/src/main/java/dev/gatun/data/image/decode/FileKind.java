package dev.gatun.data.image.decode;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a file is that was taken for an image or for an archive of them, by its first bytes. */
public enum FileKind {
    EMPTY("empty", "", "replace or remove it", "download it again"),
    LFS_POINTER("a pointer of Git LFS, not the file itself", "version https://git-lfs",
            "fetch the files: git lfs pull", "fetch the file: git lfs pull"),
    WEB_PAGE("a web page, such as a server's message of an error", "<!DOCTYPE html|<html|<!doctype html|<HTML",
            "download it again", "download it again, and look at the page for the reason"),
    GZIP("a file packed by gzip (.gz or .tar.gz)", "\u001F\u008B", "unpack it", "unpack it and give the folder"),
    BZIP2("a file packed by bzip2", "BZh", "unpack it", "unpack it and give the folder"),
    XZ("a file packed by xz", "\u00FD7zXZ\0", "unpack it", "unpack it and give the folder"),
    ZSTD("a file packed by Zstandard", "(\u00B5/\u00FD", "unpack it", "unpack it and give the folder"),
    SEVEN_ZIP("a 7z archive", "7z\u00BC\u00AF'\u001C", "unpack it", "unpack it and give the folder"),
    RAR("a RAR archive", "Rar!", "unpack it", "unpack it and give the folder"),
    ZIP("a zip archive", "PK\u0003\u0004", "unpack it", "give the archive itself"),
    PARQUET("a Parquet table", "PAR1", "export its images as files", "export its images as files in a folder"),
    HDF5("an HDF5 file", "\u0089HDF", "export its images as files", "export its images as files in a folder"),
    NPY("an array of NumPy", "\u0093NUMPY", "save it as PNG", "save its images as files in a folder"),
    IDX("a file of MNIST", "\0\0\u0008\u0003|\0\0\u0008\u0001", "give the folder of the four files as the data set",
            "give the folder that holds the four files"),
    HEIF("a HEIF or AVIF picture", "????ftyp", "convert it to PNG or JPEG", "give the folder of images"),
    JPEG_2000("a JPEG 2000 picture", "\0\0\0\u000CjP", "convert it to PNG or JPEG", "give the folder of images"),
    JPEG_XL("a JPEG XL picture", "\0\0\0\u000CJXL|\u00FF\n", "convert it to PNG or JPEG", "give the folder of images"),
    WEBP("a WebP picture", "RIFF????WEBP", "convert it to PNG or JPEG", "give the folder of images"),
    BIG_TIFF("a BigTIFF picture", "II+\0|MM\0+", "convert it to PNG or TIFF", "give the folder of images"),
    PHOTOSHOP("a Photoshop document", "8BPS", "export it as PNG or JPEG", "give the folder of images"),
    PDF("a PDF document", "%PDF", "export it as PNG or JPEG", "give the folder of images"),
    SVG("an SVG or XML document", "<svg|<?xml", "export it as PNG or JPEG", "give the folder of images"),
    IMAGE("a single image", "\u00FF\u00D8\u00FF|\u0089PNG|GIF8|BM|II*\0|MM\0*", "replace or remove it",
            "give the folder of images, train/<class>/... and test/<class>/...");

    private static final int TAR_MAGIC = 257;

    private final String title;
    private final String signatures;
    private final String imageRemedy;
    private final String archiveRemedy;

    FileKind(String title, String signatures, String imageRemedy, String archiveRemedy) {
        this.title = title;
        this.signatures = signatures;
        this.imageRemedy = imageRemedy;
        this.archiveRemedy = archiveRemedy;
    }

    /** What it is, behind "is". */
    public String title() {
        return title;
    }

    /** What to do where an image was expected. */
    String imageRemedy() {
        return imageRemedy;
    }

    /** What to do where an archive of images was expected. */
    public String archiveRemedy() {
        return archiveRemedy;
    }

    /** Returns what a file is, or null of one that is nothing known. */
    public static @Nullable FileKind of(byte[] head) {
        if (head.length == 0) {
            return EMPTY;
        }
        for (FileKind kind : values()) {
            for (String signature : kind.signatures.split("\\|", -1)) {
                if (!signature.isEmpty() && startsWith(head, signature)) {
                    return kind;
                }
            }
        }
        return null;
    }

    /** Whether a file is a tar archive, whose signature does not stand at its beginning. */
    public static boolean isTar(byte[] head) {
        return head.length >= TAR_MAGIC + 5
                && new String(head, TAR_MAGIC, 5, StandardCharsets.ISO_8859_1).equals("ustar");
    }

    /** Whether a file begins with a signature, each character a byte and {@code ?} any. */
    static boolean startsWith(byte[] file, String signature) {
        if (file.length < signature.length()) {
            return false;
        }
        for (int i = 0; i < signature.length(); i++) {
            if (signature.charAt(i) != '?' && (file[i] & 0xFF) != signature.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
