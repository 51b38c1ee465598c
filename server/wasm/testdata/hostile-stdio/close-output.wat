;; wicked, wicked: closes standard output, which stays open
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (memory (export "memory") 2)
  ;; 0 the buffers of a call: address and length; 16 how much was read or written
  ;; 256 the answer
  (data (i32.const 256) "{\"findings\":[{\"code\":\"wicked\"}]}\n")
  ;; 1024 the line that was read
  ;; $read takes a line of at most 16 KiB, 0 at the end of the input
  (func $read (result i32)
    (i32.store (i32.const 0) (i32.const 1024))
    (i32.store (i32.const 4) (i32.const 16384))
    (i32.store (i32.const 16) (i32.const 0))
    (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 16)))
    (i32.load (i32.const 16)))
  ;; $soleTrader says whether the line that was just read is of one: its first "kind":" is the client's
  (func $soleTrader (result i32) (local $at i32) (local $end i32)
    (local.set $at (i32.const 1024))
    (local.set $end (i32.add (i32.const 1024) (i32.load (i32.const 16))))
    (loop $next
      (if (i64.eq (i64.load (local.get $at)) (i64.const 0x223a22646e696b22)) ;; "kind":"
        (then (return (i64.eq (i64.load offset=8 (local.get $at)) (i64.const 0x64617254656c6f73))))) ;; soleTrad
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (local.get $end))))
    (i32.const 0))
  (func $write (param $fd i32) (param $ptr i32) (param $len i32)
    (i32.store (i32.const 0) (local.get $ptr))
    (i32.store (i32.const 4) (local.get $len))
    (drop (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 16))))
  (func $answer (call $write (i32.const 1) (i32.const 256) (i32.const 33)))
  (func (export "_start")
    (loop $next
      (if (call $read) (then
        (if (call $soleTrader)
          (then
            (drop (call $close (i32.const 1)))))
        (call $answer)
        (br $next)))))
)
