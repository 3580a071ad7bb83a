;; PackBits, and words of two planes of bytes, with SIMD.
;;
;; `node scripts/kernel.mjs` writes unpack-bytes.ts of this file; a test holds both against each other. unpack.ts says the same in
;; TypeScript: their results are equal to the byte. Parameters are addresses and lengths in bytes.
(module
  ;; 2 MB: a frame of 512 x 512 and its planes.
  (memory (export "memory") 32)

  ;; Unpacks `length` bytes into `pixels` bytes. Up to 15 bytes behind either are read or written: sixteen are copied at a time.
  ;; Gives how many bytes it took; -1 where they go on behind the picture, -2 where they end before it.
  (func (export "unpack") (param $from i32) (param $length i32) (param $into i32) (param $pixels i32) (result i32)
    (local $at i32) (local $last i32) (local $out i32) (local $end i32) (local $head i32) (local $run i32) (local $value v128)
    (local.set $at (local.get $from))
    (local.set $last (i32.add (local.get $from) (local.get $length)))
    (local.set $out (local.get $into))
    (local.set $end (i32.add (local.get $into) (local.get $pixels)))
    (block $short
      (loop $next
        (if (i32.ge_u (local.get $out) (local.get $end))
          (then (return (i32.sub (local.get $at) (local.get $from)))))
        (br_if $short (i32.ge_u (local.get $at) (local.get $last)))
        (local.set $head (i32.load8_u (local.get $at)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br_if $next (i32.eq (local.get $head) (i32.const 128)))
        (local.set $run
          (select
            (i32.add (local.get $head) (i32.const 1))
            (i32.sub (i32.const 257) (local.get $head))
            (i32.lt_u (local.get $head) (i32.const 128))))
        ;; A byte that makes the length even may be packed as well.
        (if (i32.gt_u (i32.add (local.get $out) (local.get $run)) (i32.add (local.get $end) (i32.const 1)))
          (then (return (i32.const -1))))
        (if (i32.lt_u (local.get $head) (i32.const 128))
          (then
            (br_if $short (i32.gt_u (i32.add (local.get $at) (local.get $run)) (local.get $last)))
            (v128.store align=1 (local.get $out) (v128.load align=1 (local.get $at)))
            (local.set $head (i32.const 16))
            (block $copied (loop $copy
              (br_if $copied (i32.ge_u (local.get $head) (local.get $run)))
              (v128.store align=1 (i32.add (local.get $out) (local.get $head))
                (v128.load align=1 (i32.add (local.get $at) (local.get $head))))
              (local.set $head (i32.add (local.get $head) (i32.const 16)))
              (br $copy)))
            (local.set $at (i32.add (local.get $at) (local.get $run))))
          (else
            (br_if $short (i32.ge_u (local.get $at) (local.get $last)))
            (local.set $value (v128.load8_splat (local.get $at)))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (v128.store align=1 (local.get $out) (local.get $value))
            (local.set $head (i32.const 16))
            (block $filled (loop $fill
              (br_if $filled (i32.ge_u (local.get $head) (local.get $run)))
              (v128.store align=1 (i32.add (local.get $out) (local.get $head)) (local.get $value))
              (local.set $head (i32.add (local.get $head) (i32.const 16)))
              (br $fill)))))
        (local.set $out (i32.add (local.get $out) (local.get $run)))
        (br $next)))
    (i32.const -2))

  ;; Words in little endian of their low and their high bytes. Up to 31 bytes behind `out`'s are written.
  (func (export "interleave") (param $low i32) (param $high i32) (param $pixels i32) (param $out i32)
    (local $end i32) (local $a v128) (local $b v128)
    (local.set $end (i32.add (local.get $low) (local.get $pixels)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $low) (local.get $end)))
      (local.set $a (v128.load align=1 (local.get $low)))
      (local.set $b (v128.load align=1 (local.get $high)))
      (v128.store align=1 (local.get $out)
        (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $a) (local.get $b)))
      (v128.store offset=16 align=1 (local.get $out)
        (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31 (local.get $a) (local.get $b)))
      (local.set $low (i32.add (local.get $low) (i32.const 16)))
      (local.set $high (i32.add (local.get $high) (i32.const 16)))
      (local.set $out (i32.add (local.get $out) (i32.const 32)))
      (br $next)))))
