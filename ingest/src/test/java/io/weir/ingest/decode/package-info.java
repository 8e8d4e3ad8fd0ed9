@NullMarked
package io.weir.ingest.decode;

import org.jspecify.annotations.NullMarked;
