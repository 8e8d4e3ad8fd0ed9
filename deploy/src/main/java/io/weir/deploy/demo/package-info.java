/** Demo. */
@NullMarked
package io.weir.deploy.demo;

import org.jspecify.annotations.NullMarked;
