autocmd BufNewFile,BufRead *.kp setfiletype ktap
