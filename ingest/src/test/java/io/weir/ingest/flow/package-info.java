@NullMarked
package io.weir.ingest.flow;

import org.jspecify.annotations.NullMarked;
