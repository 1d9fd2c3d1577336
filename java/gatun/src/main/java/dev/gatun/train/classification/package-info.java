/** How well a model classifies images, class by class and image by image. */
@NullMarked
package dev.gatun.train.classification;

import org.jspecify.annotations.NullMarked;
