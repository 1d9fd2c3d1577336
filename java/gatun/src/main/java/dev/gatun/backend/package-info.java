/** What a device must offer: support for operations, kernels over memory, optimizer steps. Found by ServiceLoader. */
@NullMarked
package dev.gatun.backend;

import org.jspecify.annotations.NullMarked;
