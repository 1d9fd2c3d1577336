package dev.gatun.data.image.decode;

import java.io.IOException;

/** Reads the files of one format. Any number of threads. */
interface ImageCodec {
    /**
     * Reads the header, and checks what shows without decoding that the file is whole.
     *
     * @param file all of the file
     */
    ImageHeader header(byte[] file) throws IOException;

    /** Decodes the (first) image of a file. */
    Pixels decode(byte[] file) throws IOException;
}
