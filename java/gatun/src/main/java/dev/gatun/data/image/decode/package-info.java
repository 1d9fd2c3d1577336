/**
 * Image files as pixels, by one rule for all formats, which is that of PyTorch's folders of images: profiles of
 * colours, gamma and the orientation of a camera are ignored, transparency is dropped, palettes are resolved, 16 bits
 * keep their high byte, and of an animation or of several pages the first is read.
 */
@NullMarked
package dev.gatun.data.image.decode;

import org.jspecify.annotations.NullMarked;
